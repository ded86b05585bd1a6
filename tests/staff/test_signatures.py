"""The treasurer chooses when documents get their time stamp; whoever may not change it may read it."""

from backend.people.rules import Role
from backend.profile.models import TimeStamps
from backend.profile.queries import get_profile, get_time_stamps
from tests.operations.debts import in_town
from tests.staff.people import TOWN, Person, entries, known

SET = (
    "mutation ($choice: TimeStamps!) { signatureSettingSet(input: {timeStamps: $choice})"
    " { setting { timeStamps } errors { code } } }"
)


def choose(person: Person, choice: TimeStamps) -> object:
    return person.ask(SET, choice=choice.value)["data"]["signatureSettingSet"]


def test_the_choice_is_kept_shown_and_in_the_log() -> None:
    treasurer, auditor = known(Role.TREASURER), known(Role.AUDITOR)
    before = len(entries(act="signature.time_stamps_chosen"))

    said = [choose(treasurer, choice) for choice in (TimeStamps.AT_ONCE, TimeStamps.AT_ONCE)]
    with in_town(TOWN):
        in_force = (get_time_stamps(), get_profile().time_stamps)
    shown = auditor.ask("{ signatureSetting { timeStamps } }")["data"]["signatureSetting"]
    choose(treasurer, TimeStamps.AFTERWARDS)

    assert said == [{"setting": {"timeStamps": "AT_ONCE"}, "errors": []}] * 2
    assert in_force == (TimeStamps.AT_ONCE, TimeStamps.AT_ONCE)
    assert shown == {"timeStamps": "AT_ONCE"}
    assert len(entries(act="signature.time_stamps_chosen")) == before + 3
