"""What ShopReel does: one service for each noun and for each task type."""
