"""VPN sessions: people and their clients, logins, tickets, rows, addresses, packages."""
