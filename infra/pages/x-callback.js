// X sends people here. The page completes nothing by itself: it only carries `code` and `state` back to whoever began
// the connection, who completes it signed in, by POST /v1/accounts/connections. The code lives 30 seconds.
const answer = new URLSearchParams(location.search);
const show = (id, text) => {
  document.getElementById(id).textContent = text;
};
const code = answer.get('code');
const state = answer.get('state');

if (code && state) {
  show('said', 'X said yes. Complete the connection within 30 seconds where you began it, with these two values.');
  show('code', code);
  show('state', state);
  document.getElementById('answer').hidden = false;
  if (window.opener) window.opener.postMessage({ type: 'x-callback', code, state }, location.origin);
} else {
  show('said', 'X did not connect the account: you cancelled, or the link had expired. You can start again.');
}
// The code must not stay in the browser's history.
history.replaceState(null, '', location.pathname);
