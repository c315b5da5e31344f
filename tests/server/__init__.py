"""Tests of what happens: one file for each file of `server`."""
