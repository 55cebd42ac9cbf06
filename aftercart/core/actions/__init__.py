"""What people do with accounts, members, invitations and stores: the only writers of these tables.

Each action is one transaction, bound to the store in which its event is recorded.
"""
