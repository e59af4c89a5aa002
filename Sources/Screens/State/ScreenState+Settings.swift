import Monitor

extension ScreenState {
  /// The settings as keys have made them: what is worth keeping of the present screen.
  package var settings: Settings {
    var settings = base
    saveOrders(to: &settings)
    settings.view = view.kind
    settings.presentation = presentation
    // Name servers are queried only if the user chooses so each time, or in the file.
    if base.presentation.hosts == .addresses { settings.presentation.hosts = .addresses }
    settings.usesMouse = isMouseCaptured
    settings.delay = delay
    settings.theme = theme
    for kind in ViewKind.allCases { settings.columns[kind] = viewState(of: kind).columns }
    return settings
  }

  /// Puts the order of each view into settings.
  ///
  /// The order of connections is also that of views that have the same, as long as the settings that
  /// nettop began with had none for connections alone.
  private func saveOrders(to settings: inout Settings) {
    if base.orders[.connections] == nil {
      settings.order = viewState(of: .connections).view.sort
    }
    for kind in ViewKind.allCases {
      let order = viewState(of: kind).view.sort
      settings.orders[kind] = nil
      let isChosen = base.orders[kind] != nil || order != settings.order(of: kind)
      if isChosen { settings.orders[kind] = order }
    }
  }
}
