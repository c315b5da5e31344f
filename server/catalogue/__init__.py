"""What a supplier's files hold: products, their pictures, levels of stock, and the spreadsheets they come from."""
