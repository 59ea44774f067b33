-- Why more was done at an order's location than the order needs.
ALTER TABLE order_locations ADD COLUMN wider text;
