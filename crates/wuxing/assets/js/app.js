// Every page works without this file, except drafts that save themselves.
import './fragments.js';
import './confirm.js';
import './sending.js';
import './drafts.js';
import './writing.js';
import './check.js';
import './theme.js';
import './shell.js';
import './copy.js';
