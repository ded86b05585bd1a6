"""A certification authority for development: its certificates look like Chilean ones and are worth nothing.

Root and issuing authority, certificates of officials in PKCS#12 files, OCSP and CRLs over HTTP. Private keys lie
unencrypted in the directory of the authority: whoever can read it can make officials.
"""

from sandbox.authority.authority import Authority, create_authority
from sandbox.authority.web import blueprint

__all__ = ["Authority", "blueprint", "create_authority"]
