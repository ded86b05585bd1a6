"""The registers that a municipality asks about a vehicle, each behind user and password (HTTP basic).

Field names are those that municipal systems store of the real answers; transport, addresses and codes beyond "00" are
assumptions, as the real contracts are not public.
"""
