"""What may be written: screen, judge, mend, over an order's document. Decides; sends nothing and keeps nothing."""
