"""What an order is: its words, values, rights, terms, colours and totals. Pure Python, no input or output."""
