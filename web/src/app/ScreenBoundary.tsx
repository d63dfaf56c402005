import { Component, type ReactNode } from 'react';
import { Failure } from '../ui/Failure';

interface State {
  error: Error | null;
}

/** A screen that breaks must not take the ring box and the running call with it. */
export class ScreenBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render() {
    if (!this.state.error) return this.props.children;
    return <Failure error={this.state.error} retry={() => this.setState({ error: null })} />;
  }
}
