"""For how long documents can be fetched again, and how often they are sent again."""

from datetime import timedelta
from typing import Final

LINK_HOLDS: Final = timedelta(days=30)
"""Long enough for who opens the mail after a journey; much shorter than a mailbox lives, or a forwarded mail. Who comes
later asks for another one, which only the payer's own address gets."""

COPIES_A_DAY: Final = 3
"""Of one order in a day of America/Santiago: enough for somebody who searches, too few to flood a mailbox."""

LONGEST_NUMBER: Final = 20
LONGEST_ADDRESS: Final = 254
