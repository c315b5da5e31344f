"""What happens: screen, judge, room, commands, sockets, HTTP, identity, mail, bots and the command line."""
