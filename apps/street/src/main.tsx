import "@vestibule/ui/fonts";
import "@vestibule/ui/tokens.css";
import "@vestibule/ui/base.css";
import "./page.css";
import "./scene.css";
import "./paint.css";
import "./palette.css";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { httpFeed } from "./http-feed.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");
createRoot(root).render(<App feed={httpFeed(window.location.origin)} />);
