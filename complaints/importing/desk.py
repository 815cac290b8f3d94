"""Who takes what a file brings: the home department, the owner, and the departments and categories by name."""

from dataclasses import dataclass, field

from complaints.importing.mapping import Mapping
from complaints.models import Category, Department, Membership, User
from complaints.permissions import has_role, is_manager

CASE_WORKERS = (Membership.Role.AGENT, Membership.Role.SUPERVISOR)


class ImportRefused(Exception):
    """Nothing was imported; the words are a sentence."""


@dataclass
class Desk:
    """Where imported complaints land. Departments and categories by case-folded name; None: would be made."""

    system: User
    owner: User
    home: Department
    departments: dict[str, Department | None]
    categories: dict[str, Category | None]
    made: dict[str, int] = field(default_factory=lambda: {"departments": 0, "categories": 0})

    def department(self, name: str, *, make: bool) -> Department | None:
        """The one of this name, made if there is none (or, without `make`, counted as if it were)."""
        if name and name.casefold() not in self.departments:
            self.made["departments"] += 1
            self.departments[name.casefold()] = Department.objects.create(name=name) if make else None
        return self.departments.get(name.casefold())

    def category(self, name: str, *, make: bool) -> Category | None:
        if name and name.casefold() not in self.categories:
            self.made["categories"] += 1
            self.categories[name.casefold()] = Category.objects.create(name=name) if make else None
        return self.categories.get(name.casefold())


def desk_of(mapping: Mapping) -> Desk:
    """Raises ImportRefused when the mapping names somebody or something that is not there."""
    system = User.objects.filter(is_system=True).first()
    if system is None:
        raise ImportRefused("The system user is not there yet: run the command load_defaults first.")
    home = _home(mapping.home_department)
    categories: dict[str, Category | None] = {each.name.casefold(): each for each in Category.objects.all()}
    if mapping.category and not mapping.categories.create and mapping.category.casefold() not in categories:
        raise ImportRefused(f"“defaults.category” is “{mapping.category}”, and there is no such category.")
    return Desk(
        system=system,
        owner=_owner(mapping.owner, home),
        home=home,
        departments={each.name.casefold(): each for each in Department.objects.all()},
        categories=categories,
    )


def _home(name: str) -> Department:
    home = Department.objects.filter(name=name).first()
    if home is None:
        raise ImportRefused(f"“desk.home_department” is “{name}”, and there is no such department.")
    if not home.takes_complaints:
        raise ImportRefused(f"“desk.home_department” is “{name}”, which does not take complaints.")
    return home


def _owner(email: str, home: Department) -> User:
    owner = User.objects.filter(email__iexact=email, is_active=True, is_system=False).first()
    if owner is None:
        raise ImportRefused(f"“desk.owner” is “{email}”, and nobody who works here has this e-mail address.")
    if not (is_manager(owner) or has_role(owner, home.pk, *CASE_WORKERS)):
        raise ImportRefused(f"“desk.owner” is {owner}, who is neither agent nor supervisor of {home}, nor a manager.")
    return owner
