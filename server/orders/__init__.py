"""An order's life beside its cells: its birth, the door to it, commands and their mails, and how it is shown."""
