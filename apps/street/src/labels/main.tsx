import "@vestibule/ui/fonts";
import "@vestibule/ui/tokens.css";
import "@vestibule/ui/base.css";
import "../page.css";
import "./labels.css";
import { createRoot } from "react-dom/client";
import { httpFeed } from "../http-feed.ts";
import { LabelsApp } from "./labels-app.tsx";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");
createRoot(root).render(<LabelsApp feed={httpFeed(window.location.origin)} />);
