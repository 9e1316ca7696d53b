"""What is put before a program's own modules when it is started; nothing here is imported by ShopReel."""
