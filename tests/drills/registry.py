"""Every drill there is, in the order in which `./sem drill all` runs them."""

from tests.drills import killed, mail, tgr
from tests.drills.drill import Drill

DRILLS: dict[str, Drill] = {drill.name: drill for subject in (tgr, mail, killed) for drill in subject.DRILLS}
