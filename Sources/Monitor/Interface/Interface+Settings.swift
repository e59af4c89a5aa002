extension Interface {
  /// The settings as keys have made them: what is worth keeping of the present screen.
  package var settings: Settings {
    var settings = base
    settings.order = state(of: .connections).view.sort
    settings.view = view.kind
    settings.presentation = presentation
    settings.usesMouse = isMouseCaptured
    settings.delay = delay
    settings.theme = theme
    for kind in ViewKind.allCases { settings.columns[kind] = state(of: kind).columns }
    return settings
  }
}
