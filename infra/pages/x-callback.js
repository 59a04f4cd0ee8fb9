// X redirects here. The page completes nothing by itself: it only passes `code` and `state` back to the person who
// started the connection, who completes it signed in, by POST /v1/accounts/connections. The code is valid for 30 seconds.
const answer = new URLSearchParams(location.search);
const show = (id, text) => {
  document.getElementById(id).textContent = text;
};
const code = answer.get('code');
const state = answer.get('state');

if (code && state) {
  show(
    'said',
    'X granted access. Within 30 seconds, return to where you started the connection and enter these two values.',
  );
  show('code', code);
  show('state', state);
  document.getElementById('answer').hidden = false;
  if (window.opener) window.opener.postMessage({ type: 'x-callback', code, state }, location.origin);
} else {
  show('said', 'The account was not connected: you cancelled, or the link expired. You can start again.');
}
// Keep the code out of the browser's history.
history.replaceState(null, '', location.pathname);
