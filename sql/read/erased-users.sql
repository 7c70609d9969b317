-- The users who have been erased, by their keyed hashes, and which state this list is in.
-- type: erased_user
SELECT hash, erasures() AS _state
FROM erased_user
ORDER BY hash;
