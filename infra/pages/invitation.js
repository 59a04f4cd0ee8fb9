// Invitation emails link here. The token follows the #, so it appears in no log.
const token = location.hash.slice(1);
const said = document.getElementById('said');
const form = document.getElementById('join');
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { name, password } = Object.fromEntries(new FormData(form));
  const answer = await fetch('/v1/invitations/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, name, password }),
  }).catch(() => undefined);
  if (answer?.ok) {
    form.hidden = true;
    said.textContent = 'You have joined the workspace. Sign in with your email address and password.';
    return;
  }
  const problem = await answer?.json().catch(() => undefined);
  said.textContent = problem?.detail ?? 'Something went wrong. Please try again later.';
});
