import Monitor

extension ScreenState {
  /// The settings as keys have made them: what is worth keeping of the present screen.
  package var settings: Settings {
    var settings = base
    settings.order = viewState(of: .connections).view.sort
    settings.view = view.kind
    settings.presentation = presentation
    // Name servers are asked only if the user says so each time, or in the file.
    if base.presentation.hosts == .addresses { settings.presentation.hosts = .addresses }
    settings.usesMouse = isMouseCaptured
    settings.delay = delay
    settings.theme = theme
    for kind in ViewKind.allCases { settings.columns[kind] = viewState(of: kind).columns }
    return settings
  }
}
