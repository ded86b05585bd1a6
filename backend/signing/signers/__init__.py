"""One file per kind of signer: how the private key of an official is reached."""
