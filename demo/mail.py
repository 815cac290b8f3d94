"""The mail of the stories: their letters go into the folder of the home, whatever `EMAIL_URL` says."""

from complaints.actions.delivery import deliver
from complaints.actions.moves import apply_to_all
from complaints.delivery import FolderPost, Letter, Outcome, outbox
from complaints.models import Message
from complaints.tasks import note_messages
from complaints.workflow import Move

LONGEST = 600
"""Seconds for one round: the stories wait for their letters."""


class DemoPost(FolderPost):
    """The folder, and for the addresses in `trouble` what a mail server would have said instead of taking them."""

    def __init__(self) -> None:
        super().__init__(outbox())
        self.trouble: dict[str, Outcome] = {}

    def send(self, letter: Letter) -> Outcome:
        return self.trouble.get(letter.to) or super().send(letter)

    def carry(self) -> int:
        """Everything that is due by the clock of the stories. The seconds of an undo are of the wall clock, which
        stands still for them: whoever composed a letter has let it go. Returns how many letters it dealt with."""
        apply_to_all(Message.objects.filter(state=Message.State.HELD), Move.RELEASE_NOW)
        return deliver(self, seconds=LONGEST, stays_here=True) + note_messages()
