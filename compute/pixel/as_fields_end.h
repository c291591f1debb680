// After a text of fields: forgets the words of as_fields.h.
#undef SIZE
#undef INTEGER
#undef NUMBER
#undef NUMBERS
#undef CHOICE
#undef INPUT
#undef BUFFER
