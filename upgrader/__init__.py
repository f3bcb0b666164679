"""Hitless upgrades of Cisco ASA Active/Standby pairs."""
