import { render } from 'preact';
import { readAddress } from './address.ts';
import { Api } from './api.ts';
import { Store } from './store.ts';
import { App } from './view/app.tsx';
import { applyTheme, storedTheme } from './view/theme.ts';

const page = location.href.replace(/[?#].*$/, '');
const address = readAddress(location.hash);
const store = new Store(new Api(page, address.token), address.token);

applyTheme(storedTheme());
render(<App store={store} address={address} />, document.getElementById('app')!);
store.open();

document.addEventListener('visibilitychange', () => store.hurry());
addEventListener('online', () => store.hurry());
