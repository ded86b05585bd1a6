"""Tesorería General de la República: takes orders, lets people pay them, notifies, and keeps its own book.

Message names and fields follow what permit systems store of the two-message contract; how TGR signs, transports and
repeats its messages is not public: all of that is an assumption.
"""
