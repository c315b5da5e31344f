"""What is open and stays open: an order's socket, the lists', and the line to the other servers."""
