"""The server side of SEM, the open platform for Chilean municipal payments."""
