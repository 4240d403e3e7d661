/**
 * The JupyterHub whose REST API this one speaks: clients and single-user servers compare it with
 * their own (wire-contract §5.2). hubgate's own version is in `GET /info`.
 */
export const JUPYTERHUB_VERSION = '6.1.1'
