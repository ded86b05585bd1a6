"""The outside world, simulated: TGR, insurers, inspection plants, fines register, mail server, municipal web sites.

It speaks real HTTP and SMTP, keeps data of its own, and knows nothing of the platform: it imports nothing of `backend`.
The contracts of the real institutions are not public; every wire format here is an assumption of this project.
"""
