"""Webpay Plus REST of Transbank: transactions that a shop creates, a payer authorises and the shop commits.

Paths, headers, fields, limits, states and the shapes of the return are those of Transbank's public documentation (API
v1.2, December 2022); what a commit is refused with is what the issues of its public SDKs show. Assumptions: status says
INITIALIZED until the commit, the form lives ten minutes (the documentation says five as well), an authorisation that
nobody commits within ten minutes is reversed.
"""
