"""Reading a TOML table key by key, noting in sentences what is wrong with which key."""

from typing import Any


class Keys:
    """One table. What is missing or of the wrong kind is noted in `flaws` and stands as empty; `rest` notes the keys
    nobody asked for, which are misspelt more often than not."""

    def __init__(self, values: dict[str, Any], flaws: list[str], name: str = "") -> None:
        self._values, self._flaws, self._name = values, flaws, name
        self._known: set[str] = set()

    def text(self, key: str, default: str | None = "", *, among: tuple[str, ...] = ()) -> str:
        """A text, one of `among` if given; without a default (None) it has to be there."""
        value = self._get(key, default if default is not None else "")
        if not isinstance(value, str):
            return self._flaw(key, "has to be a text in quotation marks")
        if default is None and not value.strip():
            return self._flaw(key, "is missing")
        if among and value not in among:
            return self._flaw(key, f"is “{value}”; it is one of: {', '.join(among)}")
        return value

    def texts(self, key: str, default: tuple[str, ...] = (), *, among: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts."""
        value = self._get(key, list(default))
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self._flaw(key, 'has to be a list of texts: ["...", "..."]')
            return ()
        for each in value:
            if among and each not in among:
                self._flaw(key, f"has “{each}”; it may have: {', '.join(among)}")
        return tuple(value)

    def flag(self, key: str, default: bool = False) -> bool:
        value = self._get(key, default)
        if not isinstance(value, bool):
            self._flaw(key, "has to be true or false")
            return default
        return value

    def table(self, key: str) -> "Keys":
        value = self._get(key, {})
        if not isinstance(value, dict):
            self._flaw(key, f"has to be a table: [{self._called(key)}]")
            value = {}
        return Keys(value, self._flaws, self._called(key))

    def pairs(self, *, among: tuple[str, ...] = ()) -> dict[str, str]:
        """The whole table as text = text."""
        return {key: self.text(key, None, among=among) for key in self._values}

    def has(self, key: str) -> bool:
        return key in self._values

    def rest(self) -> None:
        for key in self._values.keys() - self._known:
            self._flaw(key, f"is not a key of a mapping; here it knows: {', '.join(sorted(self._known))}")

    def _get(self, key: str, default: Any) -> Any:
        self._known.add(key)
        return self._values.get(key, default)

    def _called(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key

    def _flaw(self, key: str, words: str) -> str:
        """Noted; what stands in its place is empty."""
        self._flaws.append(f"“{self._called(key)}” {words}.")
        return ""
