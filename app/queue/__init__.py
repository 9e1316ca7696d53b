"""The broker: its queues, Redis or RabbitMQ behind them, and how a task gets there."""
