// An invitation's mail links here, with its token after the #, which no log sees.
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
    said.textContent = 'You are in. Sign in with your address and the password.';
    return;
  }
  const problem = await answer?.json().catch(() => undefined);
  said.textContent = problem?.detail ?? 'That did not work. Try again in a while.';
});
