#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	/// The longest text that is read, in bytes.
	TOML_MAX_BYTES = 1 << 16,
	/// How many keys and places in arrays lead to a value, at most.
	TOML_MAX_DEPTH = 16,
};

/// UTF-8, which may contain NUL.
typedef struct {
	const char *bytes;
	size_t count;
} TOMLText;

/// A place in a text.
typedef struct {
	/// From 1.
	size_t line;
	/// In bytes from the start of the text.
	size_t offset;
} TOMLPlace;

typedef enum {
	TOML_TABLE,
	TOML_ARRAY,
	TOML_STRING,
	TOML_INTEGER,
	TOML_DOUBLE,
	TOML_BOOLEAN,
	TOML_DATE,
	TOML_TIME,
	TOML_DATE_TIME,
} TOMLKind;

/// How a text writes a value.
typedef enum {
	/// In one piece, after `=` or in an array.
	TOML_LITERAL,
	/// Under a header: a table, or an array of tables. It begins at its header.
	TOML_HEADER,
	/// As a part of dotted keys, or as the whole document: a table. It has no text of its own.
	TOML_DOTTED,
} TOMLForm;

typedef struct {
	TOMLKind kind;
	TOMLForm form;
	/// The key of a value in a table.
	TOMLText key;
	TOMLPlace key_begin, key_end;
	/// The first byte, and the one after the last; of a table or array under a header, those of the
	/// header.
	TOMLPlace begin, end;
	/// The one of these that the kind says.
	TOMLText string;
	int64_t integer;
	double number;
	bool boolean;
	/// How many of the values that follow are in this one, directly or not.
	size_t descendants;
} TOMLValue;

/// What a text says, or why it is not TOML.
typedef struct TOMLDocument TOMLDocument;

/// Reads a text. Whatever its bytes are, the program goes on.
///
/// - Returns: what `toml_free` frees; `NULL` if the system refuses the thread that reads it.
TOMLDocument *toml_parse(const char *bytes, size_t count);

void toml_free(TOMLDocument *document);

/// Why it is not TOML, in English; may contain bytes of the text. `NULL` if it is TOML.
const TOMLText *toml_error(const TOMLDocument *document);

/// Where it is not.
TOMLPlace toml_error_place(const TOMLDocument *document);

/// All values, each before those in it; the first is the document itself. Empty if there is an error.
const TOMLValue *toml_values(const TOMLDocument *document, size_t *count);

#ifdef __cplusplus
}
#endif
