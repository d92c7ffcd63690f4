-- Applications, people and roles. The text is PostgreSQL's; SQLite compares by bytes without being told.
-- Times are Unix seconds, truths 0 or 1, digests hexadecimal digits.

CREATE TABLE applications (
    client_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    owner TEXT COLLATE "C",
    -- What was registered, as JSON under the names of RFC 7591 section 2.
    metadata TEXT NOT NULL,
    -- What a search looks through: identifier and name, folded, a line each.
    search TEXT COLLATE "C" NOT NULL,
    registration_access_token TEXT,
    -- 2 where an administrator did it, and the owner cannot undo it.
    disabled BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE INDEX applications_by_owner ON applications (owner, client_id);

-- The digests of client secrets, the newest first.
CREATE TABLE application_secrets (
    client_id TEXT COLLATE "C" NOT NULL REFERENCES applications (client_id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    digest TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (client_id, position)
);

CREATE TABLE people (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    -- The form of the user name that is compared.
    username TEXT COLLATE "C" NOT NULL UNIQUE,
    -- The form in which the person wrote it.
    username_as_written TEXT NOT NULL,
    name TEXT,
    email TEXT,
    -- The digest of the password, as a PHC string.
    password TEXT NOT NULL,
    -- What a search looks through: identifier, user name, name and address, folded, a line each.
    search TEXT COLLATE "C" NOT NULL,
    disabled BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

-- A role that a person has need not stand in the table of roles: configuration may declare it.
CREATE TABLE person_roles (
    person_id TEXT COLLATE "C" NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (person_id, position)
);

CREATE INDEX person_roles_by_role ON person_roles (role);

CREATE TABLE roles (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    -- Separated by single spaces.
    scopes TEXT NOT NULL,
    search TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL
);
