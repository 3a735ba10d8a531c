import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { base } from './api/place.js';
import { queryClient } from './api/use-api.js';
import { App } from './app.js';
import { Announcer } from './parts/announcer.js';
import './style/tokens.css';
import './style/base.css';
import './style/controls.css';
import './style/layout.css';
import './style/parts.css';
import './style/charts.css';

const place = document.getElementById('page');
if (!place) throw new Error('The page has no place to stand.');

const root = createRoot(place, {
  // A fault of the page, which React has taken away by now.
  onUncaughtError(error) {
    reportError(error);
    queueMicrotask(() => {
      place.textContent = 'Something went wrong in this page. Load it again.';
    });
  },
});

root.render(
  <QueryClientProvider client={queryClient}>
    <Router base={`${base}/admin`}>
      <Announcer>
        <App />
      </Announcer>
    </Router>
  </QueryClientProvider>,
);
