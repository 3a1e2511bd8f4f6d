void LT_NAME(enter)(void);
void LT_NAME(leave)(void);
void LT_NAME(safepoint)(void);
void LT_NAME(retain)(void *);
void LT_NAME(release)(void *);
void *LT_NAME(slot_borrow)(lt_slot *);
void *LT_NAME(slot_load)(lt_slot *);

void LT_NAME(enter)(void) { lt_enter(); }
void LT_NAME(leave)(void) { lt_leave(); }
void LT_NAME(safepoint)(void) { lt_safepoint(); }
void LT_NAME(retain)(void *object) { lt_retain(object); }
void LT_NAME(release)(void *object) { lt_release(object); }
void *LT_NAME(slot_borrow)(lt_slot *slot) { return lt_deref(lt_slot_borrow(slot)); }
void *LT_NAME(slot_load)(lt_slot *slot) { return lt_slot_load(slot); }
