/** How often the page tells the server that it is there; after 15 s of silence it is offered no calls. */
export const heartbeatMs = 5000;
