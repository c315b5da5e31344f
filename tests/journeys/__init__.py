"""What people do with the application, in a real browser, against the real server and a real mail server."""
