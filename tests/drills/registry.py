"""Every drill there is, in the order in which `./sem drill all` runs them."""

from tests.drills import calendar, crowd, disk, killed, mail, signer, silent_broker, tgr
from tests.drills.drill import Drill

DRILLS: dict[str, Drill] = {
    drill.name: drill
    for subject in (tgr, mail, signer, disk, calendar, crowd, silent_broker, killed)
    for drill in subject.DRILLS
}
