-- Lists made from daily rollups: nobody knows any more how many different users there were.
ALTER TABLE trending ALTER viewers DROP NOT NULL, ALTER previous_viewers DROP NOT NULL;
COMMENT ON COLUMN trending.viewers IS 'Different users among them; NULL in a list made from daily rollups';
COMMENT ON COLUMN trending.previous_viewers IS
    'Different users in the window before; NULL in a list made from daily rollups';
