"""Firewall messages as collectors, terminals and `show logging` write them down."""
