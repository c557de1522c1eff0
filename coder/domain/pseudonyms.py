"""What stands for a participant where their words are read by others."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """P01, P02, …: a participant's number is that in which they came into the project.

    Numbers are never given twice and never change: a later wave goes on counting, and who is erased leaves a gap, so
    that two reports of one project mean the same person by the same name. (For the same reason they are filled to two
    digits and no further: P07 stays P07 when the hundredth participant comes.)

    `keep_own`: everybody has the survey's own id. So it is by default where all of these are a P and digits already:
    they are pseudonyms, and a second set beside them would only be mistaken for the first.
    """

    keep_own: bool = False

    def of(self, participant_id: int, own_id: str) -> str:
        return own_id if self.keep_own else f"P{participant_id:02d}"
