"""What the person who runs the installation does from the command line, one noun a file."""
