/** What endpoints answer whose body is made while it is sent. An error of the body ends the connection. */
export class StreamAnswer extends Response {}
