-- The locale that a person's chat is set to (`de-DE`), and the language that they chose themselves (`de`).
ALTER TABLE people ADD COLUMN locale TEXT;

ALTER TABLE people ADD COLUMN language TEXT;
